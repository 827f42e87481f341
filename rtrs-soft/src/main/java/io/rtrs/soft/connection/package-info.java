/** Ids, events and addresses of connection management, of providers in software. */
@NullMarked
package io.rtrs.soft.connection;

import org.jspecify.annotations.NullMarked;
