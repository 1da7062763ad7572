import CShims

/// What a parallel loop does, with everything it needs: plain values and pointers.
public protocol ParallelLoop {
  func perform(index: Int, worker: Int)
}

/// A fixed number of threads for parallel loops; the calling thread is one of them.
///
/// Idle threads sleep. Threads are never pinned to CPUs and block all signals. Callers on several threads
/// take turns; a loop body must not start another loop on the same pool.
public final class ThreadPool: @unchecked Sendable {
  /// More threads than this, the caller included, are not started (`most_threads` in pool.c).
  public static let maximumThreads = 1024

  private let pool: OpaquePointer

  /// Threads that take part, the caller included: at least 1, and fewer than asked for when the system
  /// refuses to create them.
  public let threads: Int

  /// - Parameters:
  ///   - threads: nil for `ThreadPool.defaultThreads()`.
  ///   - calls: by which the default is found.
  /// - Throws: `SystemError` when there is no memory.
  public convenience init(threads: Int? = nil, calls: SystemCalls = .live) throws(SystemError) {
    let wanted = max(1, threads ?? Self.defaultThreads(calls: calls))
    guard let pool = kqs_pool_create(wanted) else {
      throw SystemError(.startThreads, .errno(Errno.noMemory))
    }
    self.init(pool)
  }

  private init(_ pool: OpaquePointer) {
    self.pool = pool
    threads = Int(kqs_pool_threads(pool))
  }

  deinit { kqs_pool_destroy(pool) }

  /// Calls `loop.perform(index:worker:)` once for each index below `count`, on all threads, and returns when
  /// the last call has returned. Indices start in ascending order. `worker` is below `threads`; no two calls
  /// with the same worker run at a time, so it can choose a workspace. Allocates nothing.
  @inlinable
  public func run<Loop: ParallelLoop>(count: Int, _ loop: Loop) {
    withUnsafePointer(to: loop) { pointer in
      run(count, context: pointer) { context, index, worker in
        context.assumingMemoryBound(to: Loop.self).pointee.perform(index: index, worker: worker)
      }
    }
  }

  /// The same with a closure, which costs one small allocation: for what is not done on every pass.
  public func run(count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    withoutActuallyEscaping(body) { body in run(count: count, Closure(body: body)) }
  }

  private struct Closure: ParallelLoop {
    var body: (Int, Int) -> Void
    func perform(index: Int, worker: Int) { body(index, worker) }
  }

  /// `body` captures nothing, so it is passed on without a context of its own.
  @usableFromInline
  func run(
    _ count: Int, context: UnsafeRawPointer,
    body: @escaping (UnsafeRawPointer, _ index: Int, _ worker: Int) -> Void
  ) {
    guard count > 0 else { return }
    let call = Call(context: context, body: body)
    withUnsafePointer(to: call) { call in
      let callback: kqs_pool_body = { call, index, worker in
        guard let call = call?.assumingMemoryBound(to: Call.self) else { return }
        call.pointee.body(call.pointee.context, index, worker)
      }
      kqs_pool_run(pool, count, callback, UnsafeMutableRawPointer(mutating: call))
    }
  }

  private struct Call {
    var context: UnsafeRawPointer
    var body: (UnsafeRawPointer, Int, Int) -> Void
  }

  /// The CPUs this process may use: those of its affinity, and no more than its control groups grant,
  /// rounded up.
  public static func defaultThreads(calls: SystemCalls = .live) -> Int {
    let allowed = Int(kqs_cpu_affinity_count())
    guard let granted = ControlGroup(calls: calls).processors() else { return allowed }
    return max(1, min(allowed, granted))
  }
}
