package io.rtrs.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

class VerbsProvidersTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress HERE = InetAddress.ofLiteral("203.0.113.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("203.0.113.2");

    @Test
    void anAddressOfAnotherMachineIsSaidToBeNoneOfThisOne() {
        assertThatThrownBy(() -> VerbsProviders.automatic(ELSEWHERE))
                .isInstanceOf(VerbsException.class)
                .hasMessageStartingWith("203.0.113.2 is no address of this machine")
                .hasMessageNotContaining("ibverbs");
    }

    @Test
    void anAddressThatNoProviderServesIsRefusedWithTheReasonOfEach() {
        List<VerbsProvider> both = List.of(new Named("softroce", ELSEWHERE), new Named("ibverbs", ELSEWHERE));
        assertThatThrownBy(() -> VerbsProviders.preferred(both, LOOPBACK))
                .isInstanceOf(VerbsException.class)
                .hasMessageContaining("ibverbs: ")
                .hasMessageContaining("softroce: ")
                .hasMessageNotContaining("rtrs-soft");
    }

    @Test
    void whereThoseInSoftwareAreMissingItIsSaidWhereTheyAre() {
        List<VerbsProvider> adapters = List.of(new Named("ibverbs", ELSEWHERE));
        assertThatThrownBy(() -> VerbsProviders.preferred(adapters, LOOPBACK))
                .isInstanceOf(VerbsException.class)
                .hasMessageContaining("ibverbs: no device has 127.0.0.1")
                .hasMessageContaining("rtrs-soft");
    }

    @Test
    void aDeviceWithTheAddressGoesBeforeSoftware() throws Exception {
        List<VerbsProvider> both = List.of(new Named("softroce", HERE), new Named("ibverbs", HERE));
        assertThat(VerbsProviders.preferred(both, HERE).name()).isEqualTo("ibverbs");
    }

    @Test
    void aDeviceWithoutTheAddressDoesNot() throws Exception {
        List<VerbsProvider> both = List.of(new Named("ibverbs", ELSEWHERE), new Named("softroce", HERE));
        assertThat(VerbsProviders.preferred(both, HERE).name()).isEqualTo("softroce");
    }

    @Test
    void othersAreChosenByNameOnly() {
        List<VerbsProvider> one = List.of(new Named("inprocess", HERE));
        assertThatThrownBy(() -> VerbsProviders.preferred(one, HERE)).isInstanceOf(VerbsException.class);
    }

    /** A provider that has one address and can do nothing. */
    private record Named(String name, InetAddress address) implements VerbsProvider {
        @Override
        public Optional<String> unavailable() {
            return Optional.empty();
        }

        @Override
        public boolean serves(InetAddress local) {
            return local.equals(address);
        }

        @Override
        public ExtendedCm cm() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ExtendedVerbs verbs() {
            throw new UnsupportedOperationException();
        }
    }
}
