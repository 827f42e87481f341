/** What operators see and steer, as beans of JMX whose attributes are of types that every JMX client knows. */
@NullMarked
package io.rtrs.core.management;

import org.jspecify.annotations.NullMarked;
