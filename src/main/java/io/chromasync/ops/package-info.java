/** Command-line tools for operators. They may use any package; none is part of the job. */
package io.chromasync.ops;
