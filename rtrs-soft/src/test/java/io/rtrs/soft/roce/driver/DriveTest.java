package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What a turn leaves to others is done, also if the turn throws. */
class DriveTest {
    private final Recorder recorder = new Recorder();
    private final Drive drive = recorder.drive();
    private final Recorder left = new Recorder();
    private final Drive other = left.drive();

    @Test
    void whoWasLeftSomethingIsRemindedOnceWhenTheTurnIsOver() {
        drive.run(now -> {
            drive.remind(other);
            drive.remind(other);
            return left.flushes;
        });
        assertThat(left.flushes).isEqualTo(1);
        drive.transmit();
        assertThat(left.flushes).isEqualTo(1);
    }

    @Test
    void aCommandThatThrowsRemindsThoseToWhomItLeftSomething() {
        assertThatThrownBy(() -> drive.run(now -> {
                    drive.remind(other);
                    throw new IllegalStateException("thrown by the test");
                }))
                .hasMessage("thrown by the test");
        assertThat(left.flushes).isEqualTo(1);
    }

    @Test
    void aTurnThatThrowsAnswersTheDoorbellThatWasRungMeanwhile() {
        recorder.whileReceiving = () -> {
            drive.remind(other);
            ring();
            throw new IllegalStateException("thrown by the test");
        };
        assertThatThrownBy(drive::receive).hasMessage("thrown by the test");
        assertThat(left.flushes).isEqualTo(1);
        assertThat(recorder.flushes).as("the doorbell's turn").isEqualTo(1);
        assertThatThrownBy(drive::attend).hasMessage("thrown by the test");
        assertThat(left.flushes).isEqualTo(2);
        assertThat(recorder.flushes).isEqualTo(2);
    }

    /** Somebody posts, and finds the drive taken. */
    private void ring() {
        Thread poster = Thread.ofPlatform().start(drive::transmit);
        try {
            poster.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
