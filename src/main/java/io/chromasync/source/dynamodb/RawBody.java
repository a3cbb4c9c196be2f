package io.chromasync.source.dynamodb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context.ModifyHttpResponse;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Body of a successful response, as received. The SDK would create an object for every attribute of
 * every item, so it parses an empty body instead. Error responses are left to the SDK.
 *
 * <p>Filled by the client's threads, read by the thread that handles the completed call.
 */
public final class RawBody {

  /** Marks a call whose response body {@link Interceptor} captures. */
  static final ExecutionAttribute<RawBody> WANTED = new ExecutionAttribute<>("chromasync-raw-body");

  /** Header with DynamoDB's checksum of the body. */
  private static final String CHECKSUM = "x-amz-crc32";

  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private final List<ByteBuffer> parts = new ArrayList<>();
  private String checksum;

  /**
   * Returns the complete body.
   *
   * @throws SdkClientException if the body does not match its checksum; a retry may help
   */
  byte[] bytes() {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(ByteBuffer::remaining).sum());
    parts.forEach(part -> all.put(part.duplicate()));
    if (checksum != null) {
      CRC32 crc = new CRC32();
      crc.update(all.array());
      if (!checksum.equals(Long.toString(crc.getValue()))) {
        throw SdkClientException.create(
            "A response does not match its checksum %s=%s".formatted(CHECKSUM, checksum));
      }
    }
    return all.array();
  }

  private Publisher<ByteBuffer> taken(Publisher<ByteBuffer> body) {
    return SdkPublisher.adapt(body)
        .filter(part -> !parts.add(part))
        .addTrailingData(() -> List.of(ByteBuffer.wrap(EMPTY)));
  }

  /** Captures the bodies of calls that are marked with {@link #WANTED}. */
  static final class Interceptor implements ExecutionInterceptor {

    @Override
    public SdkHttpResponse modifyHttpResponse(
        ModifyHttpResponse context, ExecutionAttributes attributes) {
      SdkHttpResponse response = context.httpResponse();
      RawBody raw = attributes.getAttribute(WANTED);
      if (raw == null || !response.isSuccessful()) {
        return response;
      }
      raw.checksum = response.firstMatchingHeader(CHECKSUM).orElse(null);
      return response.toBuilder().removeHeader(CHECKSUM).build();
    }

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
        ModifyHttpResponse context, ExecutionAttributes attributes) {
      RawBody raw = attributes.getAttribute(WANTED);
      return raw == null || !context.httpResponse().isSuccessful()
          ? context.responsePublisher()
          : context.responsePublisher().map(raw::taken);
    }
  }
}
