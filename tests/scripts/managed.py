"""Everything that a manager holds."""

import multiprocessing
import sys
import traceback


def worker(shared):
    words, shelf, space, value, numbers, lock, box, event, condition, barrier = shared
    for _ in range(3):
        words["the"] = words.get("the", 0) + 1
        shelf[0] -= 1
        space.count += 1
        value.value += 1
        with lock:
            words.setdefault("a", 0)
            words["a"] += 1
    numbers[1] = 7
    event.wait()
    with condition:
        condition.notify()
    box.put("hi")
    barrier.wait()


def wrong(function):
    try:
        function()
    except Exception:
        traceback.print_exc()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with multiprocessing.Manager() as manager:
        words, shelf = manager.dict({"b": 1}), manager.list([300, 2, 3])
        space, value, numbers = manager.Namespace(count=0), manager.Value("i", 0), manager.Array("i", [1, 2, 3])
        lock, box, event = manager.Lock(), manager.Queue(1), manager.Event()
        condition, barrier = manager.Condition(), manager.Barrier(2)
        shared = (words, shelf, space, value, numbers, lock, box, event, condition, barrier)
        process = multiprocessing.Process(target=worker, args=(shared,), name="W")
        process.start()
        with condition:
            event.set()
            print(condition.wait(30))
        barrier.wait()
        print(box.get(), event.is_set())
        process.join()
        print(words, shelf, space, value.value, numbers, sorted(words.items()), list(shelf), shelf[:], len(words))
        print("the" in words, words.pop("b"), words.pop("nothing", None), words.copy(), repr(shelf).split(" at ")[0])
        for key in words:
            print(key, words[key])
        print(sorted(words.keys()))
        wrong(lambda: words["zz"])
        wrong(lambda: shelf[99])
        wrong(lambda: space.zz)
        wrong(words.get)
        wrong(box.get_nowait)
        wrong(lambda: box.get(timeout=0.01))
        box.put(1)
        wrong(lambda: box.put(2, timeout=0.01))
        wrong(lock.release)
        words.update(b=2, the=9)
        shelf.extend([1, 2])
        shelf.sort()
        shelf.reverse()
        shelf.insert(0, 1)
        del shelf[0]
        shelf.remove(1)
        shelf[0:2] = [8, 9]
        shelf += [4]
        print(list(shelf), shelf.pop(), shelf.pop(0), words)
        words["inner"] = manager.list([1])
        words["inner"].append(2)
        print(words["inner"][1])
        del words["b"]
        words.clear()
        del space.count
        print(words)
