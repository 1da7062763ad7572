import CShims
import KoQuant

/// A temporary file without a name in TMPDIR (or /tmp), gone with the process.
final class SpoolFile {
  private let folder: String
  private let descriptor: Int32

  init() throws(SystemError) {
    let variable = kqs_environment("TMPDIR").map { String(cString: $0) } ?? ""
    folder = variable.isEmpty ? "/tmp" : variable
    descriptor = Self.create(in: folder)
    if descriptor < 0 {
      throw SystemError(.create, .errno(-descriptor), path: "a temporary file in \(folder)")
    }
  }

  deinit { _ = kqs_close(descriptor) }

  /// Where a file cannot be made without a name, it loses the name at once.
  private static func create(in folder: String) -> Int32 {
    let nameless = kqs_create_nameless(folder, 0o600)
    guard nameless == -Errno.notSupported else { return nameless }
    let path = "\(folder)/.koquant-\(UInt64.random(in: 0 ... .max)).tmp"
    let named = kqs_create(path, 0o600)
    if named >= 0 { _ = kqs_unlink(path) }
    return named
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = kqs_write_at(descriptor, start + done, bytes.count - done, Int64(offset + done))
      if count == -Int64(Errno.interrupted) { continue }
      guard count > 0 else { throw failure(.write, count) }
      done += Int(count)
    }
  }

  /// Copies the first `length` bytes.
  func copy(_ length: Int, to output: OutputDescriptor) throws(SystemError) {
    let buffer = try AlignedBuffer(byteCount: 1 << 20, zeroed: false)
    var done = 0
    while done < length {
      let wanted = min(buffer.count, length - done)
      let count = kqs_read_at(descriptor, buffer.bytes.baseAddress, wanted, Int64(done))
      if count == -Int64(Errno.interrupted) { continue }
      guard count > 0 else { throw failure(.read, count) }
      try output.write(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<Int(count)]))
      done += Int(count)
    }
  }

  private func failure(_ operation: SystemError.Operation, _ result: Int64) -> SystemError {
    let code = result == 0 ? Errno.inputOutput : Int32(truncatingIfNeeded: -result)
    return SystemError(operation, .errno(code), path: "a temporary file in \(folder)")
  }
}
