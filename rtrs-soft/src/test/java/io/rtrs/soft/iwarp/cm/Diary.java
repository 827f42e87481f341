package io.rtrs.soft.iwarp.cm;

import io.rtrs.soft.iwarp.startup.Agreement;
import io.rtrs.soft.iwarp.startup.Responder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a connection does. */
final class Diary implements ConnectionPort {
    final List<String> lines = new ArrayList<>();

    /** What was to be sent last. */
    byte[] sent = {};

    /** What was written since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    @Override
    public void open() {
        lines.add("open");
    }

    @Override
    public void send(byte[] bytes) {
        sent = bytes;
        if (bytes.length != 0) {
            lines.add("send " + (bytes[0] == 'M' ? new String(bytes, 7, 3, StandardCharsets.UTF_8) : "terminate"));
        }
    }

    @Override
    public void startStream(Agreement agreement, boolean initiator) {
        lines.add("stream");
    }

    @Override
    public void failStream() {
        lines.add("fail");
    }

    @Override
    public void shut() {
        lines.add("shut");
    }

    @Override
    public void close() {
        lines.add("close");
    }

    @Override
    public void onRequest(Responder request) {
        lines.add("REQUEST " + new String(request.data(), StandardCharsets.UTF_8));
    }

    @Override
    public void onEstablished(Agreement agreement, byte[] data) {
        lines.add("ESTABLISHED " + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void onRejected(int status, byte[] data) {
        lines.add("REJECTED " + status + " " + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void onUnreachable(int status) {
        lines.add("UNREACHABLE " + status);
    }

    @Override
    public void onConnectError(int status) {
        lines.add("CONNECT_ERROR " + status);
    }

    @Override
    public void onDisconnected() {
        lines.add("DISCONNECTED");
    }
}
