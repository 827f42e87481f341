package io.rtrs.interop.paths;

import io.rtrs.soft.roce.driver.Network;
import io.rtrs.soft.roce.driver.SoftRoceProvider;
import io.rtrs.verbs.VerbsProvider;

import java.net.InetAddress;
import java.util.List;

/** Loopback addresses on software RoCE; the client's end of a link loses everything when it is cut. */
final class SoftLinks implements Links {
    private static final String CLIENT = "127.0.77.";
    private static final String SERVER = "127.0.78.";

    private final CutNetwork network = new CutNetwork(Network.ofMachine());
    private final SoftRoceProvider provider = new SoftRoceProvider(network);

    @Override
    public VerbsProvider provider() {
        return provider;
    }

    @Override
    public List<String> servers() {
        return List.of(SERVER + 1, SERVER + 2);
    }

    @Override
    public String path(int link) {
        return "ip:" + CLIENT + (link + 1) + "@ip:" + SERVER + (link + 1);
    }

    @Override
    public void cut(int link) {
        network.cut(InetAddress.ofLiteral(CLIENT + (link + 1)), true);
    }

    @Override
    public void mend(int link) {
        network.cut(InetAddress.ofLiteral(CLIENT + (link + 1)), false);
    }

    @Override
    public void remove() {
        mend(0);
        mend(1);
    }
}
