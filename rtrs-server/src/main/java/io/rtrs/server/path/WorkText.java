package io.rtrs.server.path;

import io.rtrs.core.connection.WorkId;

/** Work ids in words; for messages, not for the hot path. */
final class WorkText {
    private WorkText() {}

    static String of(long workId) {
        int slot = WorkId.slot(workId);
        return switch (WorkId.kind(workId)) {
            case WorkId.RECEIVE -> "a receive without room for data (only INFO_REQ may be a SEND)";
            case WorkId.INFO_RECEIVE -> "the receive of INFO_REQ";
            case WorkId.INFO_SEND -> "INFO_RSP";
            case WorkId.BIND -> "the first bind of buffer " + slot;
            case WorkId.REVOKE -> "the revocation of buffer " + slot;
            case WorkId.ANSWER_PART -> "a part of the answer of buffer " + slot;
            case WorkId.ANSWER -> "the answer of buffer " + slot;
            case WorkId.HEARTBEAT -> "a heartbeat";
            default -> "work request " + Long.toHexString(workId);
        };
    }
}
