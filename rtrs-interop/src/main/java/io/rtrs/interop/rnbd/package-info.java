/**
 * Just enough of RNBD (spec/rnbd.md) to meet the kernel's block device client and server: the messages, a server of
 * memory devices, a client of one device. A fixture for tests, not a product.
 */
@NullMarked
package io.rtrs.interop.rnbd;

import org.jspecify.annotations.NullMarked;
