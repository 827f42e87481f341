package io.rtrs.bench.paths;

import java.util.List;

/** Which of the two paths a session has. */
enum Route {
    FIRST,
    SECOND,
    BOTH;

    /** Of the two, those that it has. */
    List<String> of(List<String> paths) {
        return switch (this) {
            case FIRST -> paths.subList(0, 1);
            case SECOND -> paths.subList(1, 2);
            case BOTH -> paths;
        };
    }
}
