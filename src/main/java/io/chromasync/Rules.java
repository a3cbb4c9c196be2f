package io.chromasync;

import io.chromasync.model.Projection;
import io.chromasync.model.Target;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.window.WindowSettings;

/**
 * What the steps between the ends go by: the domain's rule, and their settings.
 *
 * @param firstTouch whether an image that is not known is read before its first change counts
 * @param target the collections that are written to
 */
record Rules(
    Projection projection,
    ResolveSettings resolve,
    WindowSettings window,
    boolean firstTouch,
    Target target) {}
