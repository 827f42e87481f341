/** The provider {@code ibverbs}: real adapters and soft-RoCE through libibverbs and librdmacm, by Java's FFM API. */
@NullMarked
package io.rtrs.verbs.ibverbs;

import org.jspecify.annotations.NullMarked;
