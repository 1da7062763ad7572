import CShims

/// A regular file open for reading at any offset, from any thread.
public final class FileReader: Sendable {
  public let path: String
  /// Bytes, when the file was opened.
  public let size: Int
  let descriptor: Int32
  let calls: SystemCalls
  /// Time of the last change when the file was opened, in nanoseconds.
  private let modified: Int64

  /// Throws when `path` is not a regular file that can be read.
  public convenience init(path: String, calls: SystemCalls = .live) throws(SystemError) {
    try self.init(owning: calls.openForReading(path, by: calls.open), path, calls)
  }

  /// Reads a file that the caller has open, and may close. Throws when it is not a regular file.
  public convenience init(descriptor: Int32, calls: SystemCalls = .live) throws(SystemError) {
    let path = "descriptor \(descriptor)"
    try self.init(owning: try calls.check(.open, path) { calls.duplicate(descriptor) }, path, calls)
  }

  private convenience init(owning descriptor: Int32, _ path: String, _ calls: SystemCalls) throws(SystemError)
  {
    let found: (size: Int, modified: Int64)
    do throws(SystemError) {
      found = try Self.regularStatus(descriptor, path, calls)
    } catch {
      _ = calls.close(descriptor)
      throw error
    }
    self.init(descriptor, path: path, found, calls)
  }

  private init(
    _ descriptor: Int32, path: String, _ found: (size: Int, modified: Int64), _ calls: SystemCalls
  ) {
    self.descriptor = descriptor
    self.path = path
    (size, modified) = found
    self.calls = calls
  }

  deinit { _ = calls.close(descriptor) }

  private static func regularStatus(
    _ descriptor: Int32, _ path: String, _ calls: SystemCalls
  ) throws(SystemError) -> (size: Int, modified: Int64) {
    var status = kqs_status()
    _ = try calls.check(.inspect, path) { calls.descriptorStatus(descriptor, &status) }
    if status.is_directory { throw SystemError(.open, .errno(Errno.isDirectory), path: path) }
    guard status.is_regular else { throw SystemError(.open, .notRegularFile, path: path) }
    guard let size = Int(exactly: status.size), size >= 0 else {
      throw SystemError(.open, .tooLarge, path: path)
    }
    return (size, status.modified)
  }

  /// Whether the file has the size and the time of its last change that it had when it was opened; false when
  /// the system does not tell.
  public var isUnchanged: Bool {
    var status = kqs_status()
    guard calls.descriptorStatus(descriptor, &status) >= 0 else { return false }
    return status.size == Int64(size) && status.modified == modified
  }

  /// Fills `buffer` with the bytes from `offset` on; throws `endsEarly` when there are fewer.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) {
    guard let base = buffer.baseAddress else { return }
    guard offset >= 0, offset <= Int.max - buffer.count else {
      throw SystemError(.read, .tooLarge, path: path)
    }
    var done = 0
    while done < buffer.count {
      let count = try calls.check(.read, path) {
        calls.readAt(descriptor, base + done, buffer.count - done, Int64(offset + done))
      }
      guard count > 0, count <= Int64(buffer.count - done) else {
        throw SystemError(.read, .endsEarly, path: path)
      }
      done += Int(count)
    }
  }
}

extension SystemCalls {
  /// The contents of a file whose size is not known beforehand (as in /proc); nil when it cannot be read or
  /// is longer than `limit`.
  public func contents(of path: String, limit: Int = 65_536) -> [UInt8]? {
    guard let opened = try? withPath(.open, path, { open($0) }), opened >= 0 else { return nil }
    defer { _ = close(opened) }
    var bytes: [UInt8] = []
    let finished = withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { buffer -> Bool in
      guard let base = buffer.baseAddress else { return false }
      while bytes.count <= limit {
        guard let count = try? check(.read, path, { read(opened, base, buffer.count) }) else { return false }
        if count == 0 { return true }
        bytes.append(contentsOf: buffer[..<Swift.min(Int(count), buffer.count)])
      }
      return false
    }
    return finished ? bytes : nil
  }
}
