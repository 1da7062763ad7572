#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file, read by position: the only place of this module that calls the system.
///
/// Never mapped: a mapped file that somebody truncates kills the process, and its pages would count as memory.
final class FileReader: Sendable {
  let path: String
  /// Length when it was opened, in bytes.
  let size: UInt64
  private let descriptor: Int32

  /// Opens a file for reading; nil when there is none of that name.
  static func openIfPresent(_ path: String) throws(CheckpointError) -> FileReader? {
    // A pipe in the file's place must not block; for regular files the flag means nothing.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return nil }
      throw Self.failure(path, "cannot be opened", code)
    }
    return try FileReader(path: path, owning: descriptor)
  }

  private init(path: String, owning descriptor: Int32) throws(CheckpointError) {
    self.path = path
    self.descriptor = descriptor
    var status = stat()
    let result = fstat(descriptor, &status)
    size = result == 0 ? UInt64(clamping: status.st_size) : 0
    if result != 0 { throw Self.failure(path, "cannot be examined", errno) }
    if status.st_mode & S_IFMT != S_IFREG {
      throw CheckpointError(.inputOutput, file: path, "is not a regular file")
    }
  }

  deinit {
    close(descriptor)
  }

  /// Fills `destination` with the bytes from `offset`; interrupted and short reads are continued. A file that
  /// ends before is an error.
  func read(at offset: UInt64, into destination: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
    var done = 0
    while done < destination.count {
      let position = offset + UInt64(done)
      let count = pread(
        descriptor, destination.baseAddress.unsafelyUnwrapped + done, destination.count - done,
        off_t(clamping: position))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw CheckpointError(
          .malformed, file: path, location: .offset(position), "the file ends here, and more must follow",
          advice: "it is truncated, or something else is writing it: fetch it again")
      } else if errno != EINTR {
        throw Self.failure(path, "cannot be read at byte \(position)", errno)
      }
    }
  }

  private static func failure(_ path: String, _ what: String, _ code: Int32) -> CheckpointError {
    CheckpointError(.inputOutput, file: path, "\(what): \(String(cString: strerror(code)))")
  }
}

extension FileReader {
  /// A range of the file as an array. The range is checked against the file's size before memory is asked for.
  func bytes(at offset: UInt64, count: Int) throws(CheckpointError) -> [UInt8] {
    guard offset <= size, UInt64(count) <= size - offset else {
      throw CheckpointError(
        .malformed, file: path, location: .offset(offset),
        "\(count) bytes must follow, the file has \(size) in all",
        advice: "it is truncated or corrupt: fetch it again")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBufferPointer { buffer throws(CheckpointError) in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return bytes
  }
}
