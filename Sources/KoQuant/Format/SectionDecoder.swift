import CShims

/// What decoding needs beside its input and output: a zstd context and two buffers that grow to the largest
/// section (or block) seen. For one thread at a time; make one per thread and keep it.
public final class SectionDecoder {
  private let decompressor: OpaquePointer
  private let calls: SystemCalls
  /// Compressed bytes of files that are not mapped.
  private var input: AlignedBuffer
  /// A decoded block of which only some rows are wanted.
  private var output: AlignedBuffer

  private init(
    _ decompressor: OpaquePointer, _ input: AlignedBuffer, _ output: AlignedBuffer, _ calls: SystemCalls
  ) {
    self.decompressor = decompressor
    self.input = input
    self.output = output
    self.calls = calls
  }

  public convenience init(calls: SystemCalls = .live) throws(KoqError) {
    let input = try AlignedBuffer.forFile(byteCount: 0, calls)
    let output = try AlignedBuffer.forFile(byteCount: 0, calls)
    guard let decompressor = kqs_decompressor_create() else {
      throw KoqError(.system(SystemError(.allocate, .errno(Errno.noMemory), byteCount: 131_072)))
    }
    self.init(decompressor, input, output, calls)
  }

  deinit { kqs_decompressor_destroy(decompressor) }

  /// Room for `byteCount` compressed bytes, valid until the next call.
  func inputBuffer(_ byteCount: Int) throws(KoqError) -> UnsafeMutableRawBufferPointer {
    if input.count < byteCount { input = try AlignedBuffer.forFile(byteCount: byteCount, calls) }
    return input.bytes.slice(0..<byteCount)
  }

  /// Room for a decoded block of `byteCount` bytes, valid until the next call.
  func outputBuffer(_ byteCount: Int) throws(KoqError) -> UnsafeMutableRawBufferPointer {
    if output.count < byteCount { output = try AlignedBuffer.forFile(byteCount: byteCount, calls) }
    return output.bytes.slice(0..<byteCount)
  }

  /// The content of exactly one frame, of exactly `length` bytes; valid until the next call.
  package func decode(frame: UnsafeRawBufferPointer, length: Int) throws(KoqError) -> UnsafeRawBufferPointer {
    let output = try outputBuffer(length)
    guard decompress(frame, into: output) else { throw KoqError(.notDecodable) }
    return UnsafeRawBufferPointer(output)
  }

  /// Decodes exactly one frame into exactly `output`; false when that is not what `frame` holds.
  func decompress(_ frame: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
    guard let from = frame.baseAddress, let to = output.baseAddress else { return false }
    return kqs_decompress(decompressor, from, frame.count, to, output.count) == KQS_ZSTD_OK
  }
}
