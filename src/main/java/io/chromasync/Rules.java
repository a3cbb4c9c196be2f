package io.chromasync;

import io.chromasync.model.Projection;
import io.chromasync.model.Target;
import io.chromasync.model.UpdateKeys;
import io.chromasync.resolve.ResolveSettings;

/**
 * What the steps between the ends go by: the domain's rule, and their settings.
 *
 * @param firstTouch whether an image that is not known is read before its first change counts
 * @param target the collections that are written to
 */
record Rules(
    Projection projection,
    ResolveSettings resolve,
    boolean firstTouch,
    Target target,
    UpdateKeys updateKeys) {}
