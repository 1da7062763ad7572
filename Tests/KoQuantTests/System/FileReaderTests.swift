import CShims
import Foundation
import KoQuant
import Testing

@Suite struct FileReaderTests {
  let scratch: Scratch
  let path: String
  let contents: [UInt8] = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

  init() throws {
    scratch = try Scratch()
    path = try scratch.file("data", contents)
  }

  private func read(_ range: Range<Int>, _ calls: SystemCalls = .live) throws -> [UInt8] {
    let reader = try FileReader(path: path, calls: calls)
    var bytes = [UInt8](repeating: 0, count: range.count)
    try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: range.lowerBound) }
    return bytes
  }

  @Test func readsAnyRange() throws {
    #expect(try FileReader(path: path).size == contents.count)
    for range in [0..<10_000, 0..<1, 9_999..<10_000, 17..<4_711, 5..<5] {
      #expect(try read(range) == Array(contents[range]))
    }
  }

  @Test func shortAndInterruptedReadsGoOn() throws {
    var calls = SystemCalls.live
    let turn = Counter()
    calls.readAt = { descriptor, buffer, count, offset in
      turn.next() % 3 == 0 ? -Int64(EINTR) : kqs_read_at(descriptor, buffer, min(count, 7), offset)
    }
    #expect(try read(3..<2_000, calls) == Array(contents[3..<2_000]))
    #expect(turn.value > 285)
  }

  @Test func errorsNameTheFile() throws {
    var calls = SystemCalls.live
    calls.readAt = { _, _, _, _ in -Int64(EIO) }
    let error = #expect(throws: SystemError.self) { try read(0..<10, calls) }
    #expect(error == SystemError(.read, .errno(EIO), path: path))
    #expect(error?.message == "cannot read \(path): Input/output error")
  }

  @Test func aFileThatEndsEarlyIsAnError() throws {
    #expect(throws: SystemError(.read, .endsEarly, path: path)) { try read(9_990..<10_001) }
    #expect(throws: SystemError(.read, .endsEarly, path: path)) { try read(20_000..<20_001) }
  }

  @Test func aCallThatClaimsTooMuchIsAnError() throws {
    var calls = SystemCalls.live
    calls.readAt = { _, _, count, _ in Int64(count) + 1 }
    #expect(throws: SystemError(.read, .endsEarly, path: path)) { try read(0..<10, calls) }
  }

  @Test func refusesWhatIsNotARegularFile() throws {
    #expect(throws: SystemError(.open, .errno(EISDIR), path: scratch.path)) {
      try FileReader(path: scratch.path)
    }
    #expect(throws: SystemError(.open, .notRegularFile, path: "/dev/zero")) {
      try FileReader(path: "/dev/zero")
    }
    let fifo = scratch.path + "/fifo"
    try #require(mkfifo(fifo, 0o600) == 0)
    #expect(throws: SystemError(.open, .notRegularFile, path: fifo)) { try FileReader(path: fifo) }
  }

  @Test func refusesMissingFilesAndPathsWithNUL() throws {
    let missing = scratch.path + "/missing"
    let error = #expect(throws: SystemError.self) { try FileReader(path: missing) }
    #expect(error?.cause == .errno(Errno.notFound))
    #expect(throws: SystemError(.open, .errno(EINVAL), path: path + "\0.koq")) {
      try FileReader(path: path + "\0.koq")
    }
  }

  @Test func closesOnFailure() throws {
    var calls = SystemCalls.live
    let opened = Counter()
    let closed = Counter()
    calls.open = { path in
      _ = opened.next()
      return kqs_open(path)
    }
    calls.close = { descriptor in
      _ = closed.next()
      return kqs_close(descriptor)
    }
    calls.descriptorStatus = { _, _ in -EIO }
    #expect(throws: SystemError(.inspect, .errno(EIO), path: path)) {
      try FileReader(path: path, calls: calls)
    }
    #expect(opened.value == 1 && closed.value == 1)
  }

  @Test func interruptedOpenIsRepeated() throws {
    var calls = SystemCalls.live
    let turn = Counter()
    calls.open = { path in turn.next() < 3 ? -EINTR : kqs_open(path) }
    #expect(try read(0..<100, calls) == Array(contents[0..<100]))
  }

  @Test func contentsOfUnknownSize() throws {
    #expect(SystemCalls.live.contents(of: path) == contents)
    #expect(SystemCalls.live.contents(of: path, limit: 9_000) == nil)
    #expect(SystemCalls.live.contents(of: scratch.path + "/missing") == nil)
    #expect(SystemCalls.live.contents(of: "/proc/self/cgroup") != nil)
  }
}
