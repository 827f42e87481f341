/** Where client and server of a benchmark are: on loopback, or in two network namespaces with a cable between them. */
@NullMarked
package io.rtrs.bench.network;

import org.jspecify.annotations.NullMarked;
