import CShims

/// An open descriptor to write to, such as standard output. Nothing is buffered.
public struct OutputDescriptor: Sendable {
  public typealias Write = @Sendable (_ descriptor: Int32, UnsafeRawPointer, _ count: Int) -> Int64

  private let descriptor: Int32
  private let name: String
  private let write: Write

  /// - Parameters:
  ///   - descriptor: the open file, which stays the caller's.
  ///   - name: what errors call it.
  ///   - write: write(2) with the negated errno for its result, for tests to replace.
  public init(_ descriptor: Int32, name: String, write: @escaping Write = { kqs_write($0, $1, $2) }) {
    self.descriptor = descriptor
    self.name = name
    self.write = write
  }

  /// Writes all of `bytes`, in as many calls as it takes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, base + done, bytes.count - done)
      if count > 0 {
        done += min(Int(count), bytes.count - done)
      } else if count != -Int64(Errno.interrupted) {
        let code = count == 0 ? Errno.inputOutput : Int32(truncatingIfNeeded: -count)
        throw SystemError(.write, .errno(code), path: name)
      }
    }
  }

  public func write(_ bytes: [UInt8]) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in try write(UnsafeRawBufferPointer(bytes))
    }
  }
}
