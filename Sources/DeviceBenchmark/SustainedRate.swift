import CShims
import KoQuant

/// Seconds of the monotonic clock.
func now() -> Double { Double(kqs_nanoseconds()) / 1e9 }

extension ThreadPool {
  /// Work per second of all threads together while each repeats `step` until the time is over.
  ///
  /// - Parameter step: does a part of the work, best in some ten microseconds, and returns how much it was; `part`
  ///   is below `threads` and `number` counts the steps of that part from 0.
  func sustainedRate(seconds: Double, step: (_ part: Int, _ number: Int) -> Int) -> Double {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: threads) { work in
      work.initialize(repeating: 0)
      let start = now()
      let end = start + seconds
      run(count: threads) { part, _ in
        var number = 0
        var done = 0
        // A thread that takes a second part, since another is asleep, finds the time over.
        while now() < end {
          done += step(part, number)
          number += 1
        }
        work[part] = done
      }
      return Double(work.reduce(0, +)) / (now() - start)
    }
  }
}
