/**
 * What every verbs provider must do; the kernel's soft-RoCE is the oracle.
 *
 * <p>The provider is chosen by the system properties {@code rtrs.test.provider} (default {@code inprocess}), {@code
 * rtrs.test.address} and {@code rtrs.test.address6}. No expectation holds for one provider only: where devices differ, a
 * test names all answers that are allowed, and {@code docs/verbs.md} the reasons.
 */
package io.rtrs.interop.contract;
