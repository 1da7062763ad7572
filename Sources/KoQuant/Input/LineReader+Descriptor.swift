extension LineReader where Failure == SystemError {
  /// Lines of an open descriptor.
  ///
  /// - Parameters:
  ///   - descriptor: stays the caller's.
  ///   - name: what errors call it.
  ///   - limit: bytes of the longest line.
  ///   - calls: by which it is read.
  public init(descriptor: Int32, name: String, limit: Int = Self.defaultLimit, calls: SystemCalls = .live) {
    self.init(limit: limit) { buffer throws(SystemError) in
      guard let base = buffer.baseAddress else { return 0 }
      return Int(try calls.check(.read, name) { calls.read(descriptor, base, buffer.count) })
    }
  }
}
