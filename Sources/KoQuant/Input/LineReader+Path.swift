import CShims

extension LineReader where Failure == SystemError {
  /// Lines of whatever can be read at `path`: a file, a pipe, a device.
  public init(path: String, limit: Int = Self.defaultLimit, calls: SystemCalls = .live) throws(SystemError) {
    let stream = try InputStream.open(path, calls)
    self.init(limit: limit) { buffer throws(SystemError) in try stream.read(into: buffer) }
  }
}

/// Something open for reading from its start to its end.
private final class InputStream: Sendable {
  private let path: String
  private let descriptor: Int32
  private let calls: SystemCalls

  static func open(_ path: String, _ calls: SystemCalls) throws(SystemError) -> InputStream {
    let descriptor = try calls.openForReading(path, by: calls.openStream)
    do throws(SystemError) {
      var status = kqs_status()
      _ = try calls.check(.inspect, path) { calls.descriptorStatus(descriptor, &status) }
      if status.is_directory { throw SystemError(.open, .errno(Errno.isDirectory), path: path) }
    } catch {
      _ = calls.close(descriptor)
      throw error
    }
    return InputStream(descriptor, path: path, calls)
  }

  private init(_ descriptor: Int32, path: String, _ calls: SystemCalls) {
    self.path = path
    self.descriptor = descriptor
    self.calls = calls
  }

  deinit { _ = calls.close(descriptor) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    return Int(try calls.check(.read, path) { calls.read(descriptor, base, buffer.count) })
  }
}
