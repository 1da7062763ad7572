import Foundation
import KoQuant
import Testing

/// Counts the calls per index and notices two calls of one worker at a time.
private struct Tally: ParallelLoop {
  var calls: UnsafeMutableBufferPointer<Int>
  var busy: UnsafeMutableBufferPointer<Bool>
  var clashes: Counter

  func perform(index: Int, worker: Int) {
    if busy[worker] { _ = clashes.next() }
    busy[worker] = true
    calls[index] += 1
    busy[worker] = false
  }
}

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8]) func everyIndexOnce(threads: Int) throws {
    let pool = try ThreadPool(threads: threads)
    #expect(pool.threads == threads)
    let calls = try AlignedBuffer(count: 1000, of: Int.self)
    let busy = try AlignedBuffer(count: threads, of: Bool.self)
    let clashes = Counter()
    let tally = Tally(
      calls: calls.elements(of: Int.self), busy: busy.elements(of: Bool.self), clashes: clashes)
    for round in 0..<300 { pool.run(count: [1000, 1, 2, 0, 7][round % 5], tally) }
    #expect(clashes.value == 0)
    #expect(tally.calls[0] == 240 && tally.calls[1] == 180 && tally.calls[6] == 120 && tally.calls[999] == 60)
  }

  @Test func callersShareAPool() throws {
    let pool = try ThreadPool(threads: 3)
    let callers = 4
    let buffer = try AlignedBuffer(count: callers * 3, of: Int.self)
    let sums = buffer.elements(of: Int.self)
    let address = UInt(bitPattern: sums.baseAddress)
    DispatchQueue.concurrentPerform(iterations: callers) { caller in
      guard let sums = UnsafeMutablePointer<Int>(bitPattern: address) else { return }
      for _ in 0..<200 { pool.run(count: 50) { index, worker in sums[caller * 3 + worker] += index } }
    }
    withExtendedLifetime(buffer) {
      for caller in 0..<callers { #expect(sums[caller * 3..<caller * 3 + 3].reduce(0, +) == 200 * 1225) }
    }
  }

  @Test func startsAndStops() throws {
    for round in 0..<50 {
      let pool = try ThreadPool(threads: 4)
      if round % 2 == 0 { pool.run(count: 3) { _, _ in } }
    }
  }

  @Test func idleThreadsUseNoCPU() throws {
    let pool = try ThreadPool(threads: 3)
    let folders = Folders()
    // Long enough that no thread can do two of them while another sleeps.
    pool.run(count: 3) { _, worker in
      folders.note(worker)
      usleep(50_000)
    }
    usleep(20_000)
    let before = folders.processorTime()
    usleep(100_000)
    let after = folders.processorTime()
    #expect(before.count >= 1 && before == after)
  }

  /// The threads that helped, by their folders in /proc.
  private final class Folders: @unchecked Sendable {
    private let lock = NSLock()
    private var paths: [Int: String] = [:]

    func note(_ worker: Int) {
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
      if worker > 0 { lock.withLock { paths[worker] = path } }
    }

    /// Nanoseconds on a CPU, per thread.
    func processorTime() -> [Int: String] {
      lock.withLock { paths }.compactMapValues { path in
        (try? String(contentsOfFile: "/proc/\(path)/schedstat", encoding: .utf8))?.split(separator: " ").first
          .map(String.init)
      }
    }
  }

  @Test func defaultIsAtLeastOne() {
    #expect(ThreadPool.defaultThreads() >= 1)
    #expect(ThreadPool.defaultThreads() <= ProcessInfo.processInfo.processorCount)
  }
}
