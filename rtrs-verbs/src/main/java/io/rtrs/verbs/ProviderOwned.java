package io.rtrs.verbs;

/** Implemented by every handle that a provider makes, so that {@link DisniProvider} can send DiSNI's calls to it. */
public interface ProviderOwned {
    /** The provider that made this handle. */
    VerbsProvider provider();
}
