/** Sessions and paths as beans of JMX, with the attributes of the kernel's sysfs (spec/rtrs.md 15.1). */
@NullMarked
package io.rtrs.client.management;

import org.jspecify.annotations.NullMarked;
