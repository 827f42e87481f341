package io.rtrs.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.connection.ConnectionQueue;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which connections share a loop and a completion queue; nothing is connected. */
class PathLoopsTest {
    private InProcessProvider provider;
    private int live;
    private RdmaEventChannel channel;
    private RdmaCmId id;
    private Device device;
    private ConnectionSizes sizes;

    @BeforeEach
    void open() throws IOException {
        provider = (InProcessProvider) VerbsProviders.named("inprocess");
        live = provider.liveObjects().total();
        channel = provider.cm().createEventChannel();
        id = provider.cm().createId(channel, RdmaCm.RDMA_PS_TCP);
        provider.cm().bindAddr(id, new InetSocketAddress("127.0.0.1", 18700));
        device = Device.open(provider, id.getVerbs());
        sizes = ConnectionSizes.serverIo(64, true, device.attributes());
    }

    @AfterEach
    void everythingIsGivenBack() throws IOException {
        device.close();
        provider.cm().destroyCmId(id);
        provider.cm().destroyEventChannel(channel);
        assertThat(provider.liveObjects().total()).isEqualTo(live);
    }

    private static LoopPool pool(LoopMode mode, int perPath, int most) {
        LoopShare share = new LoopShare(mode, perPath, most);
        return new LoopPool(share, WaitStrategy.EVENTS, Ambient.real(), "test");
    }

    private List<CompletionLoop> loops(PathLoops path, int connections) throws IOException {
        List<CompletionLoop> loops = new ArrayList<>();
        for (int cid = 0; cid <= connections; cid++) {
            assertThat(path.queue(device, cid, sizes).room()).isPositive();
            loops.add(path.loop(cid));
        }
        return loops;
    }

    @Test
    void theConnectionsOfAPathTakeTurnsAndTheServiceConnectionStandsAlone() throws IOException {
        LoopPool pool = pool(LoopMode.SHARED, 2, 64);
        PathLoops path = pool.path(5);
        List<CompletionLoop> loops = loops(path, 5);
        assertThat(new HashSet<>(loops)).hasSize(3);
        assertThat(loops.get(1)).isSameAs(loops.get(3)).isSameAs(loops.get(5));
        assertThat(loops.get(2)).isSameAs(loops.get(4));
        assertThat(loops.subList(1, 6)).doesNotContain(loops.getFirst());
        path.close();
    }

    @Test
    void withThreadsOfTheirOwnNoTwoShare() throws IOException {
        PathLoops path = pool(LoopMode.OWN_THREAD, 1, 1).path(4);
        assertThat(new HashSet<>(loops(path, 4))).hasSize(5);
        path.close();
    }

    @Test
    void pathsShareOnlyBeyondTheBoundAndThenThoseWithTheFewest() throws IOException {
        LoopPool pool = pool(LoopMode.SHARED, 2, 4);
        List<PathLoops> paths = new ArrayList<>();
        List<Set<CompletionLoop>> of = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            PathLoops path = pool.path(2);
            paths.add(path);
            of.add(new HashSet<>(loops(path, 2)));
        }
        Set<CompletionLoop> all = new HashSet<>();
        of.forEach(all::addAll);
        assertThat(all).hasSize(4 + 4); // four for IO, and one for each service connection, which are four
        assertThat(of.get(0)).doesNotContainAnyElementsOf(of.get(1));
        for (Set<CompletionLoop> one : of) {
            assertThat(one).hasSize(3);
        }
        Set<CompletionLoop> later = new HashSet<>(of.get(2));
        later.addAll(of.get(3));
        assertThat(later).hasSize(4 + 2);
        paths.forEach(PathLoops::close);
    }

    /** What blocks on one of them would stop the heartbeats of the others. */
    @Test
    void serviceConnectionsShareNothingHoweverManyPathsThereAre() throws IOException {
        LoopPool pool = pool(LoopMode.SHARED, 1, 1);
        List<PathLoops> paths = new ArrayList<>();
        Set<CompletionLoop> service = new HashSet<>();
        Set<CompletionLoop> io = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            PathLoops path = pool.path(1);
            paths.add(path);
            List<CompletionLoop> loops = loops(path, 1);
            service.add(loops.getFirst());
            io.add(loops.getLast());
        }
        assertThat(service).hasSize(5).doesNotContainAnyElementsOf(io);
        assertThat(io).hasSize(1);
        paths.forEach(PathLoops::close);
    }

    @Test
    void nobodyJoinsALoopThatAnotherPathHasWaitedForInVain() throws IOException {
        LoopPool pool = pool(LoopMode.SHARED, 1, 1);
        PathLoops first = pool.path(1);
        CompletionLoop stuck = loops(first, 1).get(1);
        first.overdue(1);
        first.overdue(1);
        PathLoops second = pool.path(1);
        CompletionLoop other = loops(second, 1).get(1);
        assertThat(other).isNotSameAs(stuck);
        PathLoops third = pool.path(1);
        assertThat(loops(third, 1).get(1))
                .as("the bound counts loops that turn")
                .isSameAs(other);
        first.close(); // and so it has turned
        second.close();
        third.close();
        PathLoops fourth = pool.path(1);
        PathLoops fifth = pool.path(1);
        assertThat(loops(fourth, 1).get(1)).isSameAs(loops(fifth, 1).get(1));
        fourth.close();
        fifth.close();
    }

    /** A path may keep its loops long after that: until its last operation is answered. */
    @Test
    void aLoopThatTurnsAgainIsJoinedThoughThePathThatWaitedForItIsNotClosed() throws IOException {
        LoopPool pool = pool(LoopMode.SHARED, 1, 1);
        PathLoops first = pool.path(1);
        CompletionLoop loop = loops(first, 1).get(1);
        first.overdue(1);
        first.caughtUp();
        first.caughtUp();
        PathLoops second = pool.path(1);
        assertThat(loops(second, 1).get(1)).isSameAs(loop);
        first.close();
        PathLoops third = pool.path(1);
        assertThat(loops(third, 1).get(1)).isSameAs(loop);
        second.close();
        third.close();
    }

    @Test
    void aLoopThatEveryPathHasLeftIsMadeAnew() throws IOException {
        LoopPool pool = pool(LoopMode.SHARED, 1, 1);
        PathLoops first = pool.path(1);
        CompletionLoop loop = loops(first, 1).get(1);
        PathLoops second = pool.path(1);
        assertThat(loops(second, 1).get(1)).isSameAs(loop);
        first.close();
        first.close();
        PathLoops third = pool.path(1);
        assertThat(loops(third, 1).get(1)).isSameAs(loop);
        second.close();
        third.close();
        PathLoops fourth = pool.path(1);
        assertThat(loops(fourth, 1).get(1)).isNotSameAs(loop);
        fourth.close();
    }

    /** Who announces a thousand connections and brings one must not cost the memory of a thousand. */
    @Test
    void aQueueHasRoomForAsManyAsThereAreAlready() throws IOException {
        PathLoops path = pool(LoopMode.SHARED, 1, 1).path(40);
        Set<ConnectionQueue> queues = new HashSet<>();
        List<Integer> rooms = new ArrayList<>();
        for (int cid = 1; cid <= 40; cid++) {
            ConnectionQueue queue = path.queue(device, cid, sizes);
            if (queues.add(queue)) {
                rooms.add(queue.room());
            }
        }
        assertThat(rooms).containsExactly(8, 8, 16, 8);
        path.close();
    }

    @Test
    void aQueueIsNoLongerThanTheDeviceBears() throws IOException {
        DeviceAttr attributes = device.attributes();
        ConnectionSizes long3 = new ConnectionSizes(attributes.maxCqe() / 4, attributes.maxCqe() / 12, 1, 1, 1);
        PathLoops path = pool(LoopMode.SHARED, 1, 1).path(8);
        assertThat(path.queue(device, 1, long3).room()).isEqualTo(3);
        path.close();
    }
}
