/**
 * What has threads and touches verbs: it establishes paths, keeps them alive, and tears them down on the session's
 * control thread.
 */
@NullMarked
package io.rtrs.client.driver;

import org.jspecify.annotations.NullMarked;
