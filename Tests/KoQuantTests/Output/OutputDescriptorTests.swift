import KoQuant
import Synchronization
import Testing

@Suite struct OutputDescriptorTests {
  /// Stands for a descriptor: answers each call with the next result, and keeps the bytes it took.
  private final class Sink: Sendable {
    private let state: Mutex<(results: [Int64], taken: [UInt8])>

    init(_ results: [Int64]) { state = Mutex((results, [])) }

    var taken: [UInt8] { state.withLock { $0.taken } }

    func write(_ bytes: UnsafeRawPointer, _ count: Int) -> Int64 {
      let bytes = Array(UnsafeRawBufferPointer(start: bytes, count: count))
      return state.withLock { state in
        let result = state.results.isEmpty ? Int64(count) : state.results.removeFirst()
        state.taken += bytes.prefix(max(0, Int(result)))
        return result
      }
    }
  }

  private func output(_ sink: Sink) -> OutputDescriptor {
    OutputDescriptor(7, name: "the sink") { descriptor, bytes, count in
      descriptor == 7 ? sink.write(bytes, count) : -1
    }
  }

  @Test func shortAndInterruptedWritesAreTakenUpAgain() throws {
    let sink = Sink([1, -Int64(Errno.interrupted), 2, -Int64(Errno.interrupted)])
    try output(sink).write([1, 2, 3, 4, 5, 6])
    #expect(sink.taken == [1, 2, 3, 4, 5, 6])
  }

  @Test func nothingIsWrittenForNothing() throws {
    let sink = Sink([-1])
    try output(sink).write([])
    #expect(sink.taken == [])
  }

  @Test func failuresAreThrown() {
    #expect(throws: SystemError(.write, .errno(Errno.brokenPipe), path: "the sink")) {
      try output(Sink([2, -Int64(Errno.brokenPipe)])).write([1, 2, 3])
    }
    #expect(throws: SystemError(.write, .errno(Errno.noSpace), path: "the sink")) {
      try output(Sink([-Int64(Errno.noSpace)])).write([1])
    }
  }

  @Test func aDescriptorThatTakesNothingIsAnError() {
    #expect(throws: SystemError(.write, .errno(Errno.inputOutput), path: "the sink")) {
      try output(Sink([0])).write([1])
    }
  }
}
