import KoQuant
import Testing

@Suite struct LineReaderTests {
  struct Broken: Error, Equatable {}

  /// All lines of `bytes` when the stream gives at most `chunk` bytes at a time.
  private func lines(_ bytes: [UInt8], chunk: Int, limit: Int = 1000, bufferSize: Int = 16) throws
    -> [[UInt8]]
  {
    var position = 0
    var reader = LineReader<Never>(limit: limit, bufferSize: bufferSize) { buffer in
      let count = min(chunk, buffer.count, bytes.count - position)
      buffer.copyBytes(from: bytes[position..<position + count])
      position += count
      return count
    }
    var lines: [[UInt8]] = []
    while true {
      var line: [UInt8] = []
      guard try reader.next(appendingTo: &line) else { return lines }
      lines.append(line)
    }
  }

  private func lines(_ text: String, chunk: Int) throws -> [String] {
    try lines(Array(text.utf8), chunk: chunk).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func endsOfLines(chunk: Int) throws {
    #expect(try lines("", chunk: chunk) == [])
    #expect(try lines("\n", chunk: chunk) == [""])
    #expect(try lines("one\ntwo\n", chunk: chunk) == ["one", "two"])
    #expect(try lines("one\r\ntwo\r\n\r\nthree", chunk: chunk) == ["one", "two", "", "three"])
    #expect(try lines("a\rb\r\r\n", chunk: chunk) == ["a\rb\r"])
    #expect(try lines("\u{FEFF}one\n\u{FEFF}two", chunk: chunk) == ["one", "\u{FEFF}two"])
    #expect(try lines("\u{FEFF}", chunk: chunk) == [""])
    #expect(try lines("last without end\r", chunk: chunk) == ["last without end"])
    #expect(try lines("가나다\n라마바사아자차카타파하", chunk: chunk) == ["가나다", "라마바사아자차카타파하"])
  }

  @Test func linesLongerThanTheBuffer() throws {
    let long = [UInt8](repeating: 0x61, count: 100_000)
    let read = try lines(long + [10] + long + [13, 10, 10], chunk: 4096, limit: 100_000)
    #expect(read == [long, long, []])
  }

  @Test(arguments: [1, 5, 4096])
  func limit(chunk: Int) throws {
    #expect(try lines(Array("1234\n1234\r\n1234".utf8), chunk: chunk, limit: 4).count == 3)
    for text in ["1234\n12345\n", "1234\n12345\r\n", "1234\n12345", "1234\n1234567890"] {
      #expect {
        try lines(Array(text.utf8), chunk: chunk, limit: 4)
      } throws: { error in
        guard case LineReader<Never>.ReadError.lineTooLong(line: 2, limit: 4) = error else { return false }
        return true
      }
    }
  }

  @Test func failureOfTheStreamIsPassedOn() throws {
    var calls = 0
    var reader = LineReader<Broken>(bufferSize: 16) { buffer throws(Broken) in
      calls += 1
      guard calls == 1 else { throw Broken() }
      buffer.copyBytes(from: Array("one\ntw".utf8))
      return 6
    }
    var line: [UInt8] = []
    #expect(try reader.next(appendingTo: &line))
    #expect(line == Array("one".utf8))
    do {
      _ = try reader.next(appendingTo: &line)
      Issue.record("the stream failed, and nothing was thrown")
    } catch {
      guard case .source(Broken()) = error else { throw error }
    }
  }

  @Test func hasLineLooksAtWhatWasReadOnly() throws {
    var calls = 0
    var reader = LineReader<Never>(bufferSize: 64) { buffer in
      calls += 1
      guard calls == 1 else { return 0 }
      buffer.copyBytes(from: Array("one\ntwo\nthr".utf8))
      return 11
    }
    var line: [UInt8] = []
    var available = reader.hasLine()
    #expect(!available && calls == 0)
    _ = try reader.next(appendingTo: &line)
    available = reader.hasLine()
    #expect(available)
    _ = try reader.next(appendingTo: &line)
    available = reader.hasLine()
    #expect(!available && calls == 1)
    _ = try reader.next(appendingTo: &line)
    #expect(line == Array("onetwothr".utf8))
  }
}
