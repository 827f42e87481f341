package io.rtrs.cli.attach;

import io.rtrs.cli.text.Json;

import java.util.ArrayList;
import java.util.List;

/** What is seen of a process, as JSON: a list for each type of bean, all attributes with their names. */
public final class StatJson {
    private record Kind(String type, String list) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("ClientSession", "client_sessions"),
            new Kind("ClientPath", "client_paths"),
            new Kind("Server", "servers"),
            new Kind("ServerSession", "server_sessions"),
            new Kind("ServerPath", "server_paths"),
            new Kind("Provider", "providers"));

    private StatJson() {}

    /** The object. */
    public static Json of(long pid, List<Bean> beans) {
        Json json = new Json().put("pid", pid);
        for (Kind kind : KINDS) {
            List<Json> list = new ArrayList<>();
            for (Bean bean : beans) {
                if (bean.type().equals(kind.type())) {
                    list.add(object(bean));
                }
            }
            json.put(kind.list(), list);
        }
        return json;
    }

    private static Json object(Bean bean) {
        Json json = new Json();
        bean.values().forEach((name, value) -> {
            if (value instanceof Number number) {
                json.put(name, number.longValue());
            } else if (!String.valueOf(value).startsWith("write ")) { // buttons say how they are pressed
                json.put(name, String.valueOf(value));
            }
        });
        return json;
    }
}
