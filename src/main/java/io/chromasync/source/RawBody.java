package io.chromasync.source;

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
 * The body of one good response, as it came. The SDK, which would make an object of every attribute
 * of every item, gets an empty one to read; refusals pass it by.
 *
 * <p>Filled by the client's threads, read by whoever the call was completed for.
 */
final class RawBody {

  /** Tells {@link Interceptor} that the body of a call's response is wanted. */
  static final ExecutionAttribute<RawBody> WANTED = new ExecutionAttribute<>("chromasync-raw-body");

  /** DynamoDB's own checksum of the body. */
  private static final String CHECKSUM = "x-amz-crc32";

  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private final List<ByteBuffer> parts = new ArrayList<>();
  private String checksum;

  /**
   * All of it.
   *
   * @throws SdkClientException if it is not what was sent; asking again may help
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

  /** Takes the bodies that are {@link #WANTED}. */
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
