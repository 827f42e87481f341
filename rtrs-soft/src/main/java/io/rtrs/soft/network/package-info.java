/** What a machine's addresses and interfaces say about where to leave from, and what cannot work, for a provider of any wire. */
@NullMarked
package io.rtrs.soft.network;

import org.jspecify.annotations.NullMarked;
