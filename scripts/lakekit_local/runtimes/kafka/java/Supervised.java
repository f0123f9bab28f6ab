package lakekit.kafka;

import java.io.IOException;
import java.nio.file.Path;

/** Formats the folder of a broker if it is new, and runs the broker until standard input ends. */
public final class Supervised {
    private Supervised() {}

    /**
     * Run the broker.
     *
     * @param arguments the file of its properties, and the id of the cluster
     */
    public static void main(String[] arguments) throws IOException {
        // The local cloud holds the other end: it ends with it, however that ends.
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    continue;
                }
            } catch (IOException error) {
                // as its end
            }
            Runtime.getRuntime().exit(0);
        });
        watch.setDaemon(true);
        watch.start();
        String file = Path.of(arguments[0]).toString();
        String[] format = {"format", "--ignore-formatted", "--cluster-id", arguments[1], "--config", file};
        int code = kafka.tools.StorageTool.execute(format, System.err);
        if (code != 0) {
            System.exit(code);
        }
        kafka.Kafka.main(new String[] {file});
    }
}
