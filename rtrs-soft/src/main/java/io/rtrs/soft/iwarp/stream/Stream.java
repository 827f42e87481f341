package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.queue.ReceiveQueue;
import io.rtrs.soft.queue.RemoteMemory;
import io.rtrs.soft.queue.SendQueue;

/** What exists of a queue pair from the connection on; and who sends next: our own messages and the peer's answers by turns. */
final class Stream {
    private final QueuePair qp;
    final OutputQueue output;
    final SendProgress progress;
    final Parser parser;
    final Terminator terminator;
    private final Segmenter segmenter;
    private final ReadResponder responder;
    private final boolean sendImmediate;

    /** Whether anything may be sent: the initiator may; a responder when it has heard of it (spec/iwarp.md 4). */
    private boolean started;

    private boolean answersTurn;

    Stream(QueuePair qp, SendQueue sends, ReceiveQueue receives, RemoteMemory memory, StreamAttributes attributes) {
        this.qp = qp;
        output = new OutputQueue(qp.domain(), attributes.crc());
        progress = new SendProgress(qp, sends, output);
        ReadsOutstanding reads = new ReadsOutstanding(attributes.ord());
        Segment segment = new Segment();
        terminator = new Terminator(qp, output, reads, segment, attributes);
        segmenter = new Segmenter(qp, sends, output, reads, progress, attributes);
        responder = new ReadResponder(qp, output, memory, attributes);
        Tagged tagged = new Tagged(qp, terminator, memory, sends, reads, progress, segmenter);
        AtomicAnswers atomics = new AtomicAnswers(qp.domain(), terminator, sends, reads, progress, segmenter);
        Untagged untagged =
                new Untagged(qp, terminator, receives, memory, new PeerRequests(memory, responder), atomics);
        parser = new Parser(qp, terminator, tagged, untagged, segment, attributes);
        sendImmediate = attributes.privateOpcodes();
        started = attributes.mayStart();
    }

    boolean knowsSendImmediate() {
        return sendImmediate;
    }

    private boolean mayStart() {
        started |= parser.hasHeard();
        return started;
    }

    boolean hasOutput() {
        return !output.isEmpty() || ((started || parser.hasHeard()) && (segmenter.hasWork() || responder.hasWork()));
    }

    /** Makes FPDUs for the next call, and completes what needs none. */
    void make() {
        if (mayStart()) {
            while (qp.isConnected() && makeOne() == Segmenter.MADE) {
                // until there is enough, or nothing
            }
            if (qp.isConnected()) {
                progress.settle();
            }
        }
    }

    private int makeOne() {
        if (segmenter.isMidMessage()) {
            return segmenter.make();
        }
        if (responder.isMidMessage()) {
            return responder.make();
        }
        boolean answer = answersTurn;
        int made = answer ? responder.make() : segmenter.make();
        if (made == Segmenter.NOTHING && qp.isConnected()) {
            answer = !answer;
            made = answer ? responder.make() : segmenter.make();
        }
        answersTurn = !answer;
        return made;
    }
}
