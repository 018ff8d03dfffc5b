// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import com.google.gson.Gson;
import com.google.gson.JsonDeserializationContext;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.Type;
import java.util.Map;
import org.eclipse.lsp4j.debug.RestartArguments;

/** A standard {@code restart} request with new arguments of the launch, all of them; the library's own class keeps the standard ones. */
final class RestartWithArguments extends RestartArguments {
    private static final Gson PLAIN = new Gson();

    private final Map<String, Object> launch;

    private RestartWithArguments(Map<String, Object> launch) {
        this.launch = launch;
    }

    Map<String, Object> launch() {
        return launch;
    }

    /** Reads the arguments of the request. */
    static final class Reader implements JsonDeserializer<RestartArguments> {
        @Override
        public RestartArguments deserialize(JsonElement json, Type type, JsonDeserializationContext context) {
            if (json instanceof JsonObject object && object.get("arguments") instanceof JsonObject launch) {
                return new RestartWithArguments(PLAIN.fromJson(launch, Map.class));
            }
            return new RestartArguments();
        }
    }
}
