/** The provider that tests run on, and how many verbs objects exist on it, so that tests find what was left behind. */
package io.rtrs.interop.subject;
