/** The job: main and the graph. */
package io.chromasync;
