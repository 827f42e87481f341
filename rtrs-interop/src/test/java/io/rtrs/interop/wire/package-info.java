/**
 * Software RoCE against the kernel's, over a wire: one end in the first network namespace of the emulated machine, where the
 * kernel's device is, the other in the namespace at the other end of a veth pair.
 */
package io.rtrs.interop.wire;
