import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import java.util.TreeMap;

/** Answers each line of standard input, a properties file in base64, with its keys and values in base64 of UTF-16. */
public class LoadProperties {
    public static void main(String[] arguments) throws Exception {
        BufferedReader files = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String file = files.readLine(); file != null; file = files.readLine()) {
            System.out.println(answer(Base64.getDecoder().decode(file)));
            System.out.flush();
        }
    }

    private static String answer(byte[] file) throws Exception {
        Properties properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(file));
        } catch (IllegalArgumentException malformed) {
            return "malformed";
        }
        StringBuilder found = new StringBuilder("loaded");
        for (var entry : new TreeMap<>(properties).entrySet()) {
            found.append(' ').append(encoded((String) entry.getKey())).append(':').append(encoded((String) entry.getValue()));
        }
        return found.toString();
    }

    /** UTF-16 code units: an encoder would replace unpaired surrogates. */
    private static String encoded(String text) {
        ByteBuffer units = ByteBuffer.allocate(2 * text.length());
        text.chars().forEach(unit -> units.putChar((char) unit));
        return Base64.getEncoder().encodeToString(units.array());
    }
}
