/// The bytes of a pickle, read from a file through a small buffer.
struct PickleInput {
  let file: InputFile
  /// Offset in the file behind which nothing may be read.
  let end: UInt64
  /// Offset in the file of the next byte.
  private(set) var position: UInt64
  private var buffer: [UInt8] = []
  private var bufferStart: UInt64 = 0

  private static let bufferLength: UInt64 = 1 << 16

  /// Reads from `position` on; `end` must not be beyond the file's.
  init(_ file: InputFile, position: UInt64, end: UInt64) {
    self.file = file
    self.position = position
    self.end = end
  }

  mutating func byte() throws(CheckpointError) -> UInt8 {
    if position < bufferStart || position - bufferStart >= UInt64(buffer.count) { try fill() }
    let byte = buffer[Int(position - bufferStart)]
    position += 1
    return byte
  }

  private mutating func fill() throws(CheckpointError) {
    guard position < end else { throw failure("the pickle ends before it is complete") }
    buffer = try file.bytes(at: position, count: Int(min(Self.bufferLength, end - position)))
    bufferStart = position
  }

  /// The length is checked against what is left before memory is asked for.
  mutating func bytes(_ count: UInt64) throws(CheckpointError) -> [UInt8] {
    guard position <= end, count <= end - position, count <= UInt64(Int32.max) else {
      throw failure("\(count) bytes must follow, \(end - min(position, end)) are left")
    }
    if count > 4096 {
      let bytes = try file.bytes(at: position, count: Int(count))
      position += count
      return bytes
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(count))
    for _ in 0..<count { bytes.append(try byte()) }
    return bytes
  }

  /// A little-endian integer of `count` bytes, at most 8.
  mutating func integer(_ count: Int) throws(CheckpointError) -> UInt64 {
    var value: UInt64 = 0
    for shift in 0..<UInt64(count) { value |= UInt64(try byte()) << (8 * shift) }
    return value
  }

  /// Up to a line feed, which is read and left out.
  mutating func line() throws(CheckpointError) -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let next = try byte()
      if next == 0x0A { return line }
      if line.count == 1024 { throw failure("a line of more than 1024 bytes") }
      line.append(next)
    }
  }

  func failure(
    _ message: String, kind: CheckpointError.Kind = .malformed, at offset: UInt64? = nil,
    advice: String = ZipArchive.refetch
  ) -> CheckpointError {
    CheckpointError(
      kind, file: file.path, location: .offset(offset ?? position), "pickle: \(message)", advice: advice)
  }
}
