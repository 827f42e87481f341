package io.rtrs.client.path;

/** What happens to a path while it connects; each comes with the cid that it concerns. */
@SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
public sealed interface ConnectorEvent {

    /** The address is resolved. */
    record AddressResolved() implements ConnectorEvent {}

    /** The route is resolved. */
    record RouteResolved() implements ConnectorEvent {}

    /** The server accepted. */
    record Established(byte[] privateData) implements ConnectorEvent {}

    /**
     * The server, or its connection manager, rejected.
     *
     * @param reason of the IB CM: 28 from RTRS, 8 where nobody listens
     */
    record Rejected(int reason, byte[] privateData) implements ConnectorEvent {}

    /** No connection could be made, for no route, no such address, or no answer; {@code what} says why. */
    record Unreachable(int errno, String what) implements ConnectorEvent {}

    /** The connection is lost; {@code what} says why. */
    record Lost(int errno, String what) implements ConnectorEvent {}

    /** Something on this side failed; {@code what} says on which address or size. */
    record LocalFailure(int errno, String what) implements ConnectorEvent {}

    /** INFO_RSP arrived. */
    record InfoReceived(byte[] message) implements ConnectorEvent {}
}
