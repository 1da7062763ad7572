/// Lines of bytes out of a stream, one at a time: memory is that of the longest line.
///
/// A line ends with LF or CR LF, which are not part of it, nor is a byte order mark at the start of the stream; the last
/// line needs no end. Bytes are not checked to be UTF-8.
public struct LineReader<Failure: Error>: ~Copyable {
  /// Fills a buffer from the stream and returns how many bytes it wrote; 0 at the end.
  public typealias Source = (UnsafeMutableRawBufferPointer) throws(Failure) -> Int

  public enum ReadError: Error {
    /// Line number `line`, from 1, is longer than `limit` bytes.
    case lineTooLong(line: Int, limit: Int)
    case source(Failure)
  }

  /// Longest line by default: 64 MiB.
  public static var defaultLimit: Int { 64 << 20 }

  private let source: Source
  private let limit: Int
  private var buffer: [UInt8]
  /// Bytes that were read and not yet given out.
  private var pending = 0..<0
  /// Bytes of `pending` that were already searched for an end of line.
  private var searched = 0
  private var reachedEnd = false
  private var lines = 0

  public init(
    limit: Int = Self.defaultLimit, bufferSize: Int = 65_536, source: @escaping Source
  ) {
    self.source = source
    self.limit = max(limit, 1)
    buffer = [UInt8](repeating: 0, count: max(bufferSize, 16))
  }
}

extension LineReader {
  /// Appends the next line to `line` and returns true, or returns false at the end of the stream.
  public mutating func next(appendingTo line: inout [UInt8]) throws(ReadError) -> Bool {
    while true {
      if let end = endOfLine() {
        try take(upTo: end, into: &line)
        pending = end + 1..<pending.upperBound
        return true
      }
      if reachedEnd {
        guard !pending.isEmpty else { return false }
        try take(upTo: pending.upperBound, into: &line)
        pending = 0..<0
        return true
      }
      try fill()
    }
  }

  /// Whether `next` has a line to give without reading from the stream: a program that answers line by line
  /// asks this before it waits for more.
  public mutating func hasLine() -> Bool {
    endOfLine() != nil
  }

  /// Position of the first LF in `pending`.
  private mutating func endOfLine() -> Int? {
    for position in pending.lowerBound + searched..<pending.upperBound
    where buffer[position] == UInt8(ascii: "\n") {
      searched = position - pending.lowerBound
      return position
    }
    searched = pending.count
    return nil
  }

  private mutating func take(upTo end: Int, into line: inout [UInt8]) throws(ReadError) {
    var range = pending.lowerBound..<end
    lines += 1
    searched = 0
    if !range.isEmpty, buffer[end - 1] == UInt8(ascii: "\r") { range = range.lowerBound..<end - 1 }
    if lines == 1, hasMark(range) { range = range.lowerBound + 3..<range.upperBound }
    guard range.count <= limit else { throw .lineTooLong(line: lines, limit: limit) }
    line.append(contentsOf: buffer[range])
  }

  /// Whether bytes begin with a byte order mark.
  private func hasMark(_ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    return range.count >= 3 && buffer[start] == 0xEF && buffer[start + 1] == 0xBB && buffer[start + 2] == 0xBF
  }

  /// Reads more bytes behind those pending, in a buffer twice as large if they fill it.
  private mutating func fill() throws(ReadError) {
    // A line at the limit may be followed by CR LF.
    guard pending.count < limit + 2 else { throw .lineTooLong(line: lines + 1, limit: limit) }
    if pending.lowerBound > 0 {
      buffer.withUnsafeMutableBufferPointer { bytes in
        for offset in 0..<pending.count { bytes[offset] = bytes[pending.lowerBound + offset] }
      }
      pending = 0..<pending.count
    }
    if pending.count == buffer.count {
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
    }
    let start = pending.upperBound
    let count: Int
    do throws(Failure) {
      count = try buffer.withUnsafeMutableBufferPointer { bytes throws(Failure) in
        try source(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[start...])))
      }
    } catch {
      throw .source(error)
    }
    reachedEnd = count == 0
    pending = pending.lowerBound..<start + min(max(count, 0), buffer.count - start)
  }
}
