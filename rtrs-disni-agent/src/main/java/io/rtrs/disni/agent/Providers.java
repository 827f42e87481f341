package io.rtrs.disni.agent;

import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.VerbsProviders;

/** What refers to DiSNI's classes, and is loaded only where they are. */
final class Providers {
    private Providers() {}

    /** Makes DiSNI use our providers: the one of this name; if it is empty, the automatic choice. */
    static void install(String name) {
        if (!name.isEmpty()) {
            System.setProperty(VerbsProviders.PROPERTY, name);
        }
        DisniProvider.install();
    }
}
