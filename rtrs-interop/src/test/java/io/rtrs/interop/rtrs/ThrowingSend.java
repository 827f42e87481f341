package io.rtrs.interop.rtrs;

import io.rtrs.verbs.PostSend;

import java.util.concurrent.atomic.AtomicBoolean;

/** The post-send of a device whose call throws in one thread, or returns an errno, once, when it is told to. */
final class ThrowingSend extends ForwardingSend {

    /** When the next call throws. */
    static final class Moment {
        /** It has posted what it was given. */
        final boolean afterwards;

        /** What the call returns; 0: it throws. */
        private final int errno;

        private final String thread;
        private final AtomicBoolean armed = new AtomicBoolean();

        /** In the test's own thread. */
        Moment(boolean afterwards) {
            this(afterwards, Thread.currentThread().getName());
        }

        /** In the thread of that name. */
        Moment(boolean afterwards, String thread) {
            this(afterwards, 0, thread);
        }

        private Moment(boolean afterwards, int errno, String thread) {
            this.afterwards = afterwards;
            this.errno = errno;
            this.thread = thread;
        }

        /** The call posts nothing and returns this, in the thread of that name. */
        static Moment refusing(int errno, String thread) {
            return new Moment(false, errno, thread);
        }

        void arm() {
            armed.set(true);
        }

        boolean isNow() {
            return Thread.currentThread().getName().equals(thread) && armed.compareAndSet(true, false);
        }
    }

    private final Moment moment;

    ThrowingSend(PostSend to, Moment moment) {
        super(to);
        this.moment = moment;
    }

    @Override
    public int post(int first, int count) {
        if (!moment.isNow()) {
            return super.post(first, count);
        }
        if (moment.afterwards) {
            super.post(first, count);
        }
        if (moment.errno != 0) {
            return moment.errno;
        }
        throw new IllegalStateException("posting throws for the test");
    }
}
