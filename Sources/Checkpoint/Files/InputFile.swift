import KoQuant

/// A file of a checkpoint, read by position, with failures as `CheckpointError`.
///
/// Never mapped: a mapped file that somebody truncates kills the process, and its pages would count as memory.
final class InputFile: Sendable {
  var path: String { reader.path }
  /// Length when it was opened, in bytes.
  var size: UInt64 { UInt64(reader.size) }
  private let reader: FileReader

  private init(_ reader: FileReader) {
    self.reader = reader
  }

  /// Opens a file for reading; nil when there is none of that name.
  static func openIfPresent(_ path: String, _ calls: SystemCalls) throws(CheckpointError) -> InputFile? {
    do throws(SystemError) {
      return InputFile(try FileReader(path: path, calls: calls))
    } catch {
      if error.cause == .errno(Errno.notFound) || error.cause == .errno(Errno.notDirectory) { return nil }
      throw CheckpointError(.inputOutput, file: path, "cannot be opened: \(error.cause.message)")
    }
  }

  /// Fills `destination` with the bytes from `offset`. A file that ends before is an error.
  func read(at offset: UInt64, into destination: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
    do throws(SystemError) {
      try reader.read(into: destination, at: Int(clamping: offset))
    } catch {
      if error.cause == .endsEarly { throw endsEarly(at: offset, count: destination.count) }
      throw CheckpointError(
        .inputOutput, file: path, location: .offset(offset), "cannot be read: \(error.cause.message)")
    }
  }

  /// A range of the file as an array. The range is checked against the file's size before memory is asked for.
  func bytes(at offset: UInt64, count: Int) throws(CheckpointError) -> [UInt8] {
    guard offset <= size, UInt64(count) <= size - offset else { throw endsEarly(at: offset, count: count) }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBufferPointer { buffer throws(CheckpointError) in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return bytes
  }

  private func endsEarly(at offset: UInt64, count: Int) -> CheckpointError {
    CheckpointError(
      .malformed, file: path, location: .offset(offset),
      "\(count) bytes must follow, but the file ends before; it had \(size) when it was opened",
      advice: "it is truncated, or something else is writing it: fetch it again")
  }
}
