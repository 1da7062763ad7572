import CShims

extension AtomicFileWriter {
  /// `path` with its links followed when something is there, else as it is.
  static func resolve(_ path: String, _ calls: SystemCalls) throws(SystemError) -> String {
    let capacity = 4096
    var resolved = path
    let outcome = try calls.withPath(.create, path) { bytes in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer -> Int32 in
        guard let base = buffer.baseAddress else { return -Errno.noMemory }
        let outcome = calls.resolve(bytes, base, capacity)
        if outcome >= 0 { resolved = String(cString: base) }
        return outcome
      }
    }
    if outcome < 0, outcome != -Errno.notFound {
      throw SystemError(.create, .errno(-outcome), path: path)
    }
    return resolved
  }

  /// What is before the last slash; "." without one.
  static func folder(of path: String) -> String {
    let bytes = Array(path.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  /// Permissions of the regular file `target`, nil when there is nothing; throws for anything else.
  static func replaceableMode(
    _ target: String, _ calls: SystemCalls, _ path: String
  ) throws(SystemError) -> UInt32? {
    var status = kqs_status()
    let outcome = target.withCString { calls.pathStatus($0, &status) }
    if outcome == -Errno.notFound {
      let last = target.utf8.last
      if last == nil || last == UInt8(ascii: "/") {
        throw SystemError(.create, .errno(last == nil ? Errno.notFound : Errno.isDirectory), path: path)
      }
      return nil
    }
    if outcome < 0 { throw SystemError(.create, .errno(-outcome), path: path) }
    if status.is_directory { throw SystemError(.create, .errno(Errno.isDirectory), path: path) }
    guard status.is_regular else { throw SystemError(.create, .notRegularFile, path: path) }
    return status.mode
  }

  /// A new file in `folder`: without a name where that is possible, else with a temporary one.
  static func create(
    in folder: String, for path: String, mode: UInt32, _ calls: SystemCalls
  ) throws(SystemError) -> (descriptor: Int32, path: String?) {
    let nameless = folder.withCString { calls.createNameless($0, mode) }
    if nameless >= 0 { return (nameless, nil) }
    if nameless != -Errno.notSupported { throw SystemError(.create, .errno(-nameless), path: path) }
    let named = try withTemporaryName(in: folder, for: path, calls) { calls.create($0, mode) }
    return (named.outcome, named.path)
  }

  /// Tries `make` with random names in `folder` until one is free.
  static func withTemporaryName(
    in folder: String, for path: String, _ calls: SystemCalls, make: (UnsafePointer<CChar>) -> Int32
  ) throws(SystemError) -> (outcome: Int32, path: String) {
    for _ in 0..<100 {
      var number: UInt64 = 0
      _ = try calls.check(.create, path) {
        withUnsafeMutableBytes(of: &number) { bytes in
          bytes.baseAddress.map { calls.random($0, bytes.count) } ?? 0
        }
      }
      let candidate = folder + "/.koquant-\(number).tmp"
      let outcome = candidate.withCString(make)
      if outcome >= 0 { return (outcome, candidate) }
      if outcome != -Errno.exists, outcome != -Errno.interrupted {
        throw SystemError(.create, .errno(-outcome), path: path)
      }
    }
    throw SystemError(.create, .errno(Errno.exists), path: path)
  }
}
