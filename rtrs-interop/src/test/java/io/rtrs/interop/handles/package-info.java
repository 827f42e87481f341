/** How many verbs objects exist, so that tests find what was left behind. */
package io.rtrs.interop.handles;
