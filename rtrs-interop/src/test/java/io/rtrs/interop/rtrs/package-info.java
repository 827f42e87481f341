/** RTRS end to end, and what a server says to a client without manners. */
package io.rtrs.interop.rtrs;
