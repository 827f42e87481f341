/** Looks at RTRS in another process of this machine, and steers it: JMX through the JDK's attach interface. */
@NullMarked
package io.rtrs.cli.attach;

import org.jspecify.annotations.NullMarked;
