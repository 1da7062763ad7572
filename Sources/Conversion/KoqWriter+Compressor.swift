import CShims
import KoQuant

extension KoqWriter {
  /// A zstd context and a buffer for its output.
  final class Compressor {
    private let compressor: OpaquePointer
    private var output: AlignedBuffer

    /// Throws when the level does not exist or there is no memory.
    init(level: Int32) throws(KoqError) {
      guard let compressor = kqs_compressor_create(level) else {
        throw KoqError(.system(SystemError(.allocate, .errno(Errno.invalidArgument), byteCount: 0)))
      }
      do throws(SystemError) {
        output = try AlignedBuffer(byteCount: 0)
      } catch {
        kqs_compressor_destroy(compressor)
        throw KoqError(.system(error))
      }
      self.compressor = compressor
    }

    deinit { kqs_compressor_destroy(compressor) }

    /// One frame of `input`, valid until the next call.
    func compress(_ input: UnsafeRawBufferPointer) throws(KoqError) -> UnsafeRawBufferPointer {
      let bound = kqs_compress_bound(input.count)
      do throws(SystemError) {
        if bound == 0 { throw SystemError(.allocate, .tooLarge, byteCount: input.count) }
        if output.count < bound { output = try AlignedBuffer(byteCount: bound, zeroed: false) }
      } catch {
        throw KoqError(.system(error))
      }
      let size = kqs_compress(compressor, input.baseAddress, input.count, output.bytes.baseAddress, bound)
      guard size > 0 else {
        throw KoqError(
          .system(SystemError(.allocate, .errno(Int32(truncatingIfNeeded: -size)), byteCount: bound)))
      }
      return UnsafeRawBufferPointer(rebasing: output.bytes[..<Int(size)])
    }
  }
}
